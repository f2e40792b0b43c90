let y.q = 1; in { a = { y.q = 2; }; a = rec { inherit (y) q; }; }
