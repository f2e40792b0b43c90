# flags: --strict --restrict-eval -I .
/etc == /etc
