# The same with strings as keys, as packages use it.
builtins.length (builtins.genericClosure {
  startSet = [ { key = "1"; n = 1; } ];
  operator = { key, n }:
    map (n: { key = toString n; inherit n; })
      (builtins.filter (k: k <= 40000) [ (n * 2) (n * 2 + 1) (n + 7) ]);
})
