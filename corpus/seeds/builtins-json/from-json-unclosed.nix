builtins.fromJSON "[1"
