builtins.hasContext (builtins.readFile ./text.txt)
