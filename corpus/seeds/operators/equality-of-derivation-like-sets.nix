# sets with type = "derivation" compare by outPath alone
{ type = "derivation"; outPath = "x"; a = 1; } == { type = "derivation"; outPath = "x"; b = throw "no"; }
