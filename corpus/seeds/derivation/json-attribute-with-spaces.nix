(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = "{ \"b\" : 1 , \"a\":[ 1.50, true, 1e3, \"\\u00e9\" ]}"; })).drvPath
