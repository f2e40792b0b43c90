builtins.pathExists ./k
