builtins.split "a" "aba"
