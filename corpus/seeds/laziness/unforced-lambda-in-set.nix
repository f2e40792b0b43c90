# flags: --eval
{ f = x: x; g = { a, b ? 1 }: a; }
