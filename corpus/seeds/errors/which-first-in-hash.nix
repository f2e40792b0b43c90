builtins.hashString (throw "algorithm") (throw "string")
