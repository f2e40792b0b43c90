builtins.tryEval (builtins.hashString "nope" "")
