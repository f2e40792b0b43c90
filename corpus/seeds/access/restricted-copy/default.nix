# flags: --strict --restrict-eval 
"${./d}"
