let a = { inherit a; }; in (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; inherit a; })).drvPath
