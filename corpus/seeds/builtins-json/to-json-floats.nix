# shortest round-trip floats with .0 from 2.12 on
builtins.toJSON [ 1.0 0.1 1.0e10 1.0e-7 1.0e16 1.0e15 1.0e100 123456.789 (1.0 / 3) ]
