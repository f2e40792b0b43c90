# flags: --strict --xml --no-location
{ a = { b = 1; }; c = [ [ ] ]; }
