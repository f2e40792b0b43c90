builtins.sub "a" (throw "right")
