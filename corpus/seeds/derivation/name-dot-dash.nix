# refused from 2.21 on
(derivation { name = ".-x"; system = "s"; builder = "b"; }).outPath
