let x = "outer"; in { a = { }; a = rec { x = "inner"; ${"d" + ""} = x; }; }
