# A set that grows by one attribute with each step.
builtins.length (builtins.attrNames (
  builtins.foldl' (set: i: set // { ${"key${toString i}"} = i; }) { } (builtins.genList (x: x) 6000)
))
