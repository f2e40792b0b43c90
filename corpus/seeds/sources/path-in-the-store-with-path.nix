builtins.path { path = /nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x; }
