# unary minus is 0 - x, so the sign of zero is lost
builtins.toJSON (-0.0)
