(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { builder = "a\nb\"\\\t\r"; args = [ "a\nb\"\\\t\r" ]; v = "a\nb\"\\\t\r"; "k\nb\"\\\t\r" = ""; })).drvPath
