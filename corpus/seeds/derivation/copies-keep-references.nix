# instantiate:
let x = builtins.toFile "x" "y"; t = builtins.toFile "t" "a${x}"; d = derivation { name = "w"; system = "s"; builder = "b"; inherit x; }; in derivation { name = "q"; system = "s"; builder = "b"; z = builtins.path { name = "n"; path = t; }; }
