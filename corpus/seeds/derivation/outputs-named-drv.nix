# allowed from 2.23 on
(derivation { name = "n"; system = "s"; builder = "b"; outputs = [ "drv" ]; }).outPath
