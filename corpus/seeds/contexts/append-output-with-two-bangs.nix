builtins.getContext (builtins.appendContext "" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { outputs = [ "a!b!c" "d" ]; }; })
