# flags: --strict --restrict-eval -I .
toString /etc/passwd
