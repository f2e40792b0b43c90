builtins.trace { ${"a" + "b"} = x: 0; }.ab 0
