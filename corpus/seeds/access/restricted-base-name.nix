# flags: --strict --restrict-eval -I .
baseNameOf /etc/passwd
