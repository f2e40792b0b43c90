builtins.fromTOML "a = 1\n[a]\nb = 2"
