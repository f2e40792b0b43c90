let b = "outer"; in [ { a = { }; a = rec { b = "inner"; c = b; }; } { a = rec { b = "inner"; c = b; }; a = { }; } ]
