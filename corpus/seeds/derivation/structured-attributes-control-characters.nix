(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = "\t\n\r${builtins.fromJSON "\"\\u0001\\u007f\\u2028\"" }))/\\\""; }.drvPath
