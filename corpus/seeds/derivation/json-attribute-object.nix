(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = "{\"b\":1,\"a\":[1.0,true]}"; })).drvPath
