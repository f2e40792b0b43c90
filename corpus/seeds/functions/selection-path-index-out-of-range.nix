# flags: --eval -A a.5
{ a = [ 1 2 ]; }
