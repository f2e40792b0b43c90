# flags: --strict --restrict-eval -I ./d
1
