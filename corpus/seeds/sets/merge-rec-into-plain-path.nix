let x = 1; in { a.y = x; a = rec { x = 2; z = x; }; }
