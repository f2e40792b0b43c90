# flags: --json
[ (1 + 1) 2 ]
