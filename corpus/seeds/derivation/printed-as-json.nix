# flags: --strict --json
derivation { name = "n"; system = "s"; builder = "b"; }
