let d = derivation { name = "n"; system = "s"; builder = "b"; self = d; }; in d.outPath
