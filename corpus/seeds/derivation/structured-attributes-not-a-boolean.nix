(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = "1"; })).drvPath
