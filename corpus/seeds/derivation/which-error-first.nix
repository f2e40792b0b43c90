(derivation { name = "n"; system = "s"; builder = throw "builder"; aa = throw "aa"; zz = throw "zz"; args = throw "args"; }).outPath
