assert (let x = x + 1; in x) == 1; 2
