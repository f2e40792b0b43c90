builtins.foldl' (throw "op") (throw "nul") (throw "list")
