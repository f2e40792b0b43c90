# flags: --xml --strict
[ (derivation { name = "x"; system = "s"; builder = "/b"; }) ]
