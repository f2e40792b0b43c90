let a = { b = 1; }; in { inherit a; a.c = 2; }
