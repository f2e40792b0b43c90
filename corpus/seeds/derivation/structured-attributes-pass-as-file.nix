(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; passAsFile = [ "a" ]; a = "1"; })).drvPath
