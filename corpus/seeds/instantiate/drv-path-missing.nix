# instantiate:
{ type = "derivation"; name = "x"; outputName = "out"; }
