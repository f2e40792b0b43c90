(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; outputHash = null; outputHashAlgo = "sha256"; })).drvPath
