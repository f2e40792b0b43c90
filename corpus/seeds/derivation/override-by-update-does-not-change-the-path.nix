let d = (derivation { name = "x"; system = "s"; builder = "/b"; }); in [ (d // { name = "y"; }).drvPath (toString (d // { outPath = "q"; })) (d // { x = 1; } == d) ]
