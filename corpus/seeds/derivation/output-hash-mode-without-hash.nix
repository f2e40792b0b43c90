(derivation { name = "n"; system = "s"; builder = "b"; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }).outPath
