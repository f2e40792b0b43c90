(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { builder = [ "/bin/sh" "-c" ]; })).drvPath
