# refused from 2.23 on
let d = derivationStrict { name = "n"; system = "s"; builder = "b"; outputs = [ "out" "drvPath" ]; }; in [ d.drvPath (builtins.attrNames d) (builtins.length (builtins.attrValues d)) ]
