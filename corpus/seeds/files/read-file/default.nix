builtins.readFile ./text.txt
