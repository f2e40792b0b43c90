# lists compare from 2.5 on
builtins.sort builtins.lessThan [ [ 2 ] [ 1 2 ] [ 1 ] [ ] ]
