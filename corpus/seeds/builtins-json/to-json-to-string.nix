builtins.toJSON { __toString = s: "s"; outPath = "o"; }
