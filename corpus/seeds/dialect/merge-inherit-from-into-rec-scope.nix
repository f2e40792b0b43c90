let y.q = 1; in { a = rec { y.q = 2; }; a = { inherit (y) q; }; }
