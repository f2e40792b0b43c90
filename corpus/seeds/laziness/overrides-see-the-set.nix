# Until 2.20 a set is there before its overrides are evaluated.
let a = rec { b = 1; __overrides = { c = a ? b; }; }; in a.c
