builtins.match "[[:nope:]]" "a"
