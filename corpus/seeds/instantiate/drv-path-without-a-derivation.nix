# instantiate:
{ type = "derivation"; name = "x"; drvPath = "/nix/store/00000000000000000000000000000000-a.drv"; outputName = "out"; }
