let
  text = builtins.appendContext "t" { "/nix/store/0000000000000000000000000000000a-x.drv".outputs = [ "a!b" ]; };
in
builtins.appendContext text { }
