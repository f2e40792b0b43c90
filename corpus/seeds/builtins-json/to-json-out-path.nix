builtins.toJSON { outPath = "o"; a = throw "not reached"; }
