# flags: --strict --restrict-eval -I .
# Before 2.26 only the path itself may be refused: a set that is not allowed to say what it is fails.
builtins.pathExists { outPath = builtins.readFile /etc/passwd; }
