builtins.tryEval (builtins.findFile [ { prefix = "x"; path = "file:///nowhere/t.tar"; } ] "x")
