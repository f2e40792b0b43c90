let f = x: builtins.trace x x; in "${f "1"}-${f "2"}-${f "3"}"
