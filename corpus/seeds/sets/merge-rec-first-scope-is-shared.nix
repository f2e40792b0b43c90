# the first set is rec, so the merged attribute is in its scope
{ a = rec { b = c; }; a.c = 2; }
