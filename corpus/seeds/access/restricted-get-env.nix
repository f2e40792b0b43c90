# flags: --strict --restrict-eval -I .
[ (builtins.getEnv "HOME") (builtins.getEnv "PATH") ]
