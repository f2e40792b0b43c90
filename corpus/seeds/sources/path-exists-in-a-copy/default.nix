builtins.pathExists "${./t}/a"
