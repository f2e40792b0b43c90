builtins.findFile [ { prefix = "z"; path = throw "first entry"; } { prefix = "a"; path = throw "second entry"; } ] "a"
