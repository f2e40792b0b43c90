# instantiate:
let d = derivation { name = "d"; builder = "/bin/sh"; system = "x"; outputs = [ "dev" "out" ]; }; in [ d d.out ]
