# features: ca-derivations
(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; name = builtins.concatStringsSep "" (builtins.genList (x: "a") 208); })).drvPath
