let x = [ 1 ]; in builtins.length (break x)
