builtins.trace ({ ${"a" + "b"} = x: y: 0; }.ab 1) 0
