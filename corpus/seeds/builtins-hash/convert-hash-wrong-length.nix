builtins.convertHash { hash = "abcd"; hashAlgo = "md5"; toHashFormat = "sri"; }
