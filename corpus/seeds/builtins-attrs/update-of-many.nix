builtins.foldl' (a: b: a // b) { } (builtins.genList (i: { "k${toString (i - i / 7 * 7)}" = i; }) 30)
