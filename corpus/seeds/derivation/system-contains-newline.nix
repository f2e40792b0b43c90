(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { system = "a\nb\"\\\t\r"; })).drvPath
