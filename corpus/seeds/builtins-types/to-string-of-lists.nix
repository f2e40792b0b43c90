map toString [ [ ] [ 1 2 ] [ 1 [ 2 3 ] [ ] 4 ] [ "a" null "b" ] [ [ ] [ ] ] [ true false true ] ]
