builtins.fromTOML "[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3"
