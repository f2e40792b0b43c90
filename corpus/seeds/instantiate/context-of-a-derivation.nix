# instantiate:
let d = derivation { name = "a"; builder = 0; system = "y"; }; x = (builtins.appendContext "" { "${builtins.unsafeDiscardStringContext d.drvPath}" = { outputs = [ "out" ]; }; }); in (derivation { name = "a"; builder = x; system = "y"; })
