(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a.b = throw "t"; })).drvPath
