# the source of an inherit sees the scope of the merged recursive set
{ a = rec { inherit (b) x; b = { x = 1; }; }; a.c = 2; }
