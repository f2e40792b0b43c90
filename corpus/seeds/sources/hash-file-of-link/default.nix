builtins.hashFile "md5" ./t/l
