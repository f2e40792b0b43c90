(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = "{\"a\":1,\"a\":2}"; })).drvPath
