# flags: --strict --json
[ 1.0 0.1 (1.0 / 3) 1.0e100 1.0e-5 ]
