let x = 3; in [ 1x ]
