builtins.trace { "${"ab"}" = x: 0; }.ab (builtins.trace { "${"a" + "b"}" = x: 0; }.ab (builtins.trace { ${"${"ab"}"} = x: 0; }.ab (builtins.trace { ${"ab"} = x: 0; }.ab 0)))
