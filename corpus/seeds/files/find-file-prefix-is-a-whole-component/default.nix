(builtins.tryEval (builtins.findFile [ { prefix = "ab"; path = ./.; } ] "abc")).success
