# instantiate:
derivation { name = "x"; system = "x"; builder = fetchTarball "file://${builtins.unsafeDiscardStringContext (builtins.toFile "t" "text")}"; }
