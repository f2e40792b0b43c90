# instantiate:
{ a = builtins.hashFile "md5" (builtins.toFile "a" ""); }
