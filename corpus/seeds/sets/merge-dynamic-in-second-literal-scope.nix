let x = "outer"; in { a = rec { x = "inner"; }; a = { ${"d" + ""} = x; }; }
