(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; zz = 1; Z = 2; a = { b = 1; B = 2; aa = 3; }; "é" = 1; "~" = 2; _a = 3; })).drvPath
