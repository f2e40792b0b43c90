# flags: --strict -A a.c
{ a.b = 7; }
