# flags: --strict --restrict-eval -I k=./k
1
