# A graph of 60,000 nodes.
builtins.length (builtins.genericClosure {
  startSet = [ { key = 1; } ];
  operator = { key }:
    map (key: { inherit key; })
      (builtins.filter (k: k <= 60000) [ (key * 2) (key * 2 + 1) (key + 7) ]);
})
