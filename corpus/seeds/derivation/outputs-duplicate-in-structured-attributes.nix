derivationStrict { name = "x"; system = "s"; builder = "/b"; __structuredAttrs = true; outputs = [ "a" "b" "a" ]; }
