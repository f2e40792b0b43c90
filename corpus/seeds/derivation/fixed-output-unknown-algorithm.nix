(derivation { name = "n"; system = "s"; builder = "b"; outputHash = "00"; outputHashAlgo = "nope"; }).outPath
