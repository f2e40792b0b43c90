# instantiate: --restrict-eval -I .
derivation { name = "x"; system = "x"; builder = builtins.readFile (builtins.toFile "t" "x"); }
