[ 1 (throw "element") ] == [ 1 2 ]
