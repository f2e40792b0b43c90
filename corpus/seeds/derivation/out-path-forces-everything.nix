(derivation { name = "n"; system = "s"; builder = "b"; extra = throw "extra"; }).outPath
