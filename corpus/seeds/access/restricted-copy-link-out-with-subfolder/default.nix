# flags: --strict --restrict-eval -I ./d
"${./o}"
