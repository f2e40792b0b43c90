# 2.34 reads the context to say what it does not allow.
let
  text = builtins.appendContext "t" { "/nix/store/0000000000000000000000000000000a-x.drv".outputs = [ "a!b" ]; };
in
builtins.splitVersion text
