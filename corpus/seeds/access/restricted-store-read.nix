# flags: --strict --restrict-eval -I .
builtins.readFile "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x"
