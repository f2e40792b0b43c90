# flags: --strict --restrict-eval -I foo=./d
"${./o}"
