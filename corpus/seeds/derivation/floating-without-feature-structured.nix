(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; __contentAddressed = true; })).drvPath
