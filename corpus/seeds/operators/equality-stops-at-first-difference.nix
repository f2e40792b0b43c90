[ 1 (throw "not reached") ] == [ 2 3 ]
