# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { a = { x ? "a" }: d x; }
