builtins.fromTOML "a = 1.0\nb = 1e3\nc = -0.5\nd = 6.6e-3\ne = 1_0.0"
