# instantiate:
{ type = "derivation"; name = 1; drvPath = "/nix/store/00000000000000000000000000000000-a.drv"; outputName = "out"; }
