# flags: --strict --xml --no-location
derivation { name = "n"; system = "s"; builder = "b"; }
