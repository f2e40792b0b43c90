(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = { __toString = s: 1; }; })).drvPath
