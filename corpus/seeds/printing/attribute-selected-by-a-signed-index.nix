# flags: -A a.b.+1
{ a.b = [ 1 2 ]; }
