# flags: --strict --restrict-eval 
"${./o}"
