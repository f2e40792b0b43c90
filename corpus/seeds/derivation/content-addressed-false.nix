# whether it stays in the environment, and so changes the drvPath, depends on the release
(derivation { name = "n"; system = "s"; builder = "b"; __contentAddressed = false; }).drvPath == (derivation { name = "n"; system = "s"; builder = "b"; }).drvPath
