builtins.trace (builtins.sort (a: b: false) [ { } { a = 1; } { } ]) 0
