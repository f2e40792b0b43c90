# flags: --strict --json
# releases before 2.11 print what was written until then
{ a = [ 1 { b = 2; } ]; c = throw "no"; }
