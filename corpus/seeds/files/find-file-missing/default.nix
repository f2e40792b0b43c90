builtins.findFile [ { prefix = "p"; path = ./.; } ] "p/nope"
