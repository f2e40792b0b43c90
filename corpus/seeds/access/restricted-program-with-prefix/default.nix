# flags: --strict --restrict-eval -I foo=./d
1
