let d = x: derivation { name = "n"; system = "s"; builder = "b"; inherit x; }; in [ (d 1 == d 1) (d 1 == d 2) (d 1 == d "1") ]
