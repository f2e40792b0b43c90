(derivation { name = ""; system = "s"; builder = "b"; }).outPath
