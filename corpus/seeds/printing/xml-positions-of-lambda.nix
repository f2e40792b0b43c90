# flags: --strict --xml --no-location
{ f = { b, a }: 1; }
