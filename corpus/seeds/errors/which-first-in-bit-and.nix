builtins.bitAnd (throw "left") (throw "right")
