let d = derivation { name = "n"; system = "s"; builder = "b"; x = [ 1 ]; }; in d.drvAttrs
