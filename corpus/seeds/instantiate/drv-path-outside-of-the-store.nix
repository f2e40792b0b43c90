# instantiate:
{ type = "derivation"; name = "x"; drvPath = "/a/b"; outputName = "out"; }
