# flags: --strict --option pure-eval true
1
