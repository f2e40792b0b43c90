# An output of an output is no matter until something uses the string.
let
  text = builtins.appendContext "t" { "/nix/store/0000000000000000000000000000000a-x.drv".outputs = [ "a!b" ]; };
in
[ text ]
