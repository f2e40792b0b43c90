# allowed from 2.4 on
(derivation { name = ".n"; system = "s"; builder = "b"; }).outPath
