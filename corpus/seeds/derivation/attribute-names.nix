builtins.attrNames (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "out" "dev" ]; a = 1; }))
