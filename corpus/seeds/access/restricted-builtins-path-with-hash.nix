# flags: --strict --restrict-eval -I .
builtins.path { path = /etc/passwd; sha256 = "0000000000000000000000000000000000000000000000000000"; }
