break (x: x) 1
