assert { a = 1; b = [ 2 3 ]; } == { a = 1; b = [ 2 4 ]; }; "equal"
