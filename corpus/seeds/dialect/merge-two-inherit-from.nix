let s = { x = 1; }; t = { y = 2; }; in { a = { inherit (s) x; }; a = { inherit (t) y; }; a.w = 4; }
