# 2.3 keeps the context of the argument
builtins.hasContext (builtins.hashString "md5" (builtins.toFile "a" "1"))
