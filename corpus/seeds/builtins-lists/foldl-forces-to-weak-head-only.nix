(builtins.foldl' (a: b: { x = throw "deep"; n = b; }) { } [ 1 2 ]).n
