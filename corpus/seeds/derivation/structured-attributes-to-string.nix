(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = { __toString = s: "x"; b = 1; }; c = { outPath = "q"; d = 2; }; })).drvPath
