# flags: --strict --xml --no-location
[ (x: x) ({ a, b ? 1 }: a) ({ a, ... }@args: a) ]
