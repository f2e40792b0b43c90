let t = s: builtins.trace s s; in { ${t "b"} = 1; ${t "a"} = 2; }
