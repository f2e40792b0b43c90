let x = 1; in { a = { inherit x; }; a = rec { y = 2; z = y; }; }
