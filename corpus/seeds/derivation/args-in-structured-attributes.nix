(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; args = [ 1 "a" null ]; })).drvPath
