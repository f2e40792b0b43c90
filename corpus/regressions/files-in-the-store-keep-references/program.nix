# instantiate:
derivation { name = "a"; system = 0; builder = builtins.readFile (builtins.toFile "a" (builtins.toFile "a" "")); }
