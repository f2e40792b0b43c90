builtins.trace [ (1 + 1) { a = throw "unforced"; } ] 1
