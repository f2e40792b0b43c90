# flags: --strict --restrict-eval -I .
1
