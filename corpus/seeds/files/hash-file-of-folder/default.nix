builtins.hashFile "md5" ./dir
