# flags: --strict --restrict-eval -I .
builtins.findFile [ { prefix = ""; path = "/etc"; } ] "nope"
