# flags: --strict --option restrict-eval true -I .
builtins.readFile /etc/passwd
