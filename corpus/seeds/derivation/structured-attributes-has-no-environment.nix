(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; env = { FOO = "1"; }; })).drvPath
