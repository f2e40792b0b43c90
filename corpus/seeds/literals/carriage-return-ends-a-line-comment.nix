1 # one+ 2
