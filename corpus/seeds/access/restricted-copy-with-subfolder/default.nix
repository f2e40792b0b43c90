# flags: --strict --restrict-eval -I ./d
"${./d}"
