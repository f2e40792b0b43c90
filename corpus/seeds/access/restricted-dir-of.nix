# flags: --strict --restrict-eval -I .
dirOf /etc/passwd
