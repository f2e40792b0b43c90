# instantiate:
{ type = "derivation"; name = "x"; drvPath = "a"; outputName = "out"; }
