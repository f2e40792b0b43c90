# instantiate:
let d = args: derivation ({ name = "d"; builder = "/bin/sh"; system = "x"; } // args); in builtins.seq (d { a = 1; }).drvPath (d { b = d { c = 1; }; })
