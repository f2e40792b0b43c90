# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in [ ({ x ? "a" }: d x) { __functor = self: { x ? "b" }: d x; } ]
