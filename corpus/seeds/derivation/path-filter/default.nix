builtins.path { path = ./dir; name = "d"; filter = p: t: builtins.trace "${baseNameOf p} ${t}" (baseNameOf p != "b.txt"); }
