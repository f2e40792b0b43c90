(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; builder = (derivation { name = "x"; system = "s"; builder = "/b"; }); })).drvPath
