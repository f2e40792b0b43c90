builtins.filterSource (throw "f") (throw "p")
