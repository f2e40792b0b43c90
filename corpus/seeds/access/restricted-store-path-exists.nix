# flags: --strict --restrict-eval -I .
builtins.pathExists /nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x
