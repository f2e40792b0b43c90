# flags: --strict --restrict-eval -I .
builtins.path { path = /etc/passwd; }
