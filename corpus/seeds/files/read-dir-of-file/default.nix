builtins.readDir ./text.txt
