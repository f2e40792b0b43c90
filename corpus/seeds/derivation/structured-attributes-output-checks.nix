(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; outputChecks.out = { maxSize = 1; allowedReferences = [ "out" ]; }; })).drvPath
