# flags: --strict --restrict-eval -I .
builtins.storeDir
