# instantiate:
builtins.pathExists "/nix/store/a"
