# flags: --strict --restrict-eval -I .
builtins.toXML /etc/passwd
