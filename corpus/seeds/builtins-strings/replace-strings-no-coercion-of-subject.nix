builtins.replaceStrings [ "a" ] [ "b" ] { outPath = "a"; }
