# refused from 2.21 on
(derivation { name = "."; system = "s"; builder = "b"; }).outPath
