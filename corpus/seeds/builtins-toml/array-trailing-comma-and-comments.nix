builtins.fromTOML "a = [ # one\n 1,\n 2, # two\n]"
