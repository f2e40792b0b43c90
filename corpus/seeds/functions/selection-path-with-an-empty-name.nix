# flags: --eval -A a..b
{ a = { b = 1; }; }
