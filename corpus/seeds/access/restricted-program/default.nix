# flags: --strict --restrict-eval 
1
