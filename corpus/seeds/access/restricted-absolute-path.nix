# flags: --strict --restrict-eval -I .
/etc/passwd
