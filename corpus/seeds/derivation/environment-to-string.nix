(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = { __toString = s: "x"; }; b = { outPath = "y"; }; c = { outPath = "y"; __toString = s: "z"; }; })).drvPath
