# flags: --strict --restrict-eval -I .
builtins.toJSON /etc/passwd
