let s = { a = { b = 1; }; }; n = "a"; in s.${n}.c
