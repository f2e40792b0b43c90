builtins.listToAttrs [ { name = "a"; value = 1; other = throw "ignored"; } ]
