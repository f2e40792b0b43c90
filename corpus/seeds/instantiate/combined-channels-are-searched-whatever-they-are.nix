# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { _combineChannels = [ ]; a = { b = d "b"; }; c = [ (d "c") ]; }
