# flags: --strict --xml
# all releases close what was open
{ a = [ 1 { b = 2; } ]; c = throw "no"; }
