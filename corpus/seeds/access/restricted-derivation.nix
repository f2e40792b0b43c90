# flags: --strict --restrict-eval -I .
(derivation { name = "x"; system = "s"; builder = "b"; }).drvPath
