builtins.typeOf (builtins.valueSize (throw "x"))
