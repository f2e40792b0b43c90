# flags: --strict --restrict-eval -I .
[ (builtins ? currentSystem) (builtins ? currentTime) (builtins ? nixPath) (builtins ? storePath) (builtins ? getEnv) ]
