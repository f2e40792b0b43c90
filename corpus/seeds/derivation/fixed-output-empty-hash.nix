# from 2.4 on the zero hash, with a warning
(derivation { name = "n"; system = "s"; builder = "b"; outputHash = ""; outputHashAlgo = "sha256"; }).outPath
