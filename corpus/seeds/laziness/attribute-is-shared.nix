let s = { a = builtins.trace "once" 1; }; in s.a + s.a
