builtins.removeAttrs (throw "set") (throw "names")
