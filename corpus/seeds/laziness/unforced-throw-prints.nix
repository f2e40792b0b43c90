# flags: --eval
{ a = throw "no"; }
