builtins.storePath "nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x"
