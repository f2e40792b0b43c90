(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = { outPath = { a = 1; }; }; })).drvPath
