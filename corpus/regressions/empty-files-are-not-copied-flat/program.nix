# instantiate:
{ a = builtins.path { path = builtins.toFile "a" ""; recursive = false; }; }
