# flags: --strict --restrict-eval -I .
builtins.findFile __nixPath "nope"
