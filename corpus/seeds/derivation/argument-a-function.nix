derivation (x: x)
