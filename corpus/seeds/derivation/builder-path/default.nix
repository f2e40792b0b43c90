(derivation { name = "n"; system = "s"; builder = ./builder.sh; }).drvPath
