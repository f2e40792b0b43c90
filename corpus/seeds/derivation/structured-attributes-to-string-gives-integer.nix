(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = { __toString = s: 1; }; })).drvPath
