# instantiate: -A b -A a -A b
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { a = d "a"; b = d "b"; }
