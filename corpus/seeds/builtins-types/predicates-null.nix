map builtins.isNull [ null false { } ]
