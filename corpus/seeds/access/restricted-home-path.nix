# flags: --strict --restrict-eval -I .
~/x
