builtins.hashString "nope" (throw "subject")
