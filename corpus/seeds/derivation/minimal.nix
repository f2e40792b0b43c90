let d = derivation { name = "n"; system = "s"; builder = "b"; }; in [ d.drvPath d.outPath d.name d.type d.outputName (builtins.attrNames d) ]
