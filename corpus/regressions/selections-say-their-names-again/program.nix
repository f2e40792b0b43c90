{ a = 0 0; }.${builtins.trace 0 "a"}
