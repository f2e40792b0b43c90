builtins.sort (a: b: throw "compare") [ 1 2 ]
