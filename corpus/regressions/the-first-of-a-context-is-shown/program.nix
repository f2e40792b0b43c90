builtins.splitVersion (builtins.appendContext "" { "/nix/store/0000000000000000000000000000000a.drv".outputs = [ "!" "" ]; })
