(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = 9223372036854775807; b = -9223372036854775807; })).drvPath
