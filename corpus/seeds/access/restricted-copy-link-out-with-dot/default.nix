# flags: --strict --restrict-eval -I .
"${./o}"
