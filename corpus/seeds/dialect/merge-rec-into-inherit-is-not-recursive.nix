let x = "outer"; in { a = { inherit x; }; a = rec { y = "inner"; }; }
