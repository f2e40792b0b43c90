# flags: --strict --restrict-eval -I .
builtins.readFileType /etc/passwd
