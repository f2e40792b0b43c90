# flags: --strict --restrict-eval -I .
builtins.readFile "/etc/passwd"
