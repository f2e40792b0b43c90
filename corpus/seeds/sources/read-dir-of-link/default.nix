builtins.readDir ./k
