builtins.toFile 1 "text"
