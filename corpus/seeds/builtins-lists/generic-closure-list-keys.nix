map (x: x.key) (builtins.genericClosure { startSet = [ { key = [ 1 ]; } ]; operator = x: [ { key = [ 1 ]; } { key = [ 2 ]; } ]; })
