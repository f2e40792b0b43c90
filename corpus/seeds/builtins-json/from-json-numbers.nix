builtins.fromJSON "[0, -0, 1e2, 1E-2, 1.0, -1.5e+3, 123456789012]"
