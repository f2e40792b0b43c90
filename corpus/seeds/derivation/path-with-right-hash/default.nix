builtins.path { path = ./text.txt; recursive = false; sha256 = "b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733"; }
