builtins.match "[[.hyphen.]]" "-"
