builtins.toFile ".a" "text"
