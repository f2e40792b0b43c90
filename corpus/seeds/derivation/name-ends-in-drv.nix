(derivation { name = "n.drv"; system = "s"; builder = "b"; }).outPath
