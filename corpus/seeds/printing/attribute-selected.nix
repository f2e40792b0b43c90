# flags: --strict -A a.b
{ a.b = 7; c = throw "not selected"; }
