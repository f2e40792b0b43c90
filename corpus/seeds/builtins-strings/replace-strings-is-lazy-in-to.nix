# lazy in `to` from 2.16 on
builtins.replaceStrings [ "x" "a" ] [ (throw "unused") "1" ] "abc"
