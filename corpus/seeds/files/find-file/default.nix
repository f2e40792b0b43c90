let p = [ { prefix = ""; path = ./one; } { prefix = "two"; path = ./two; } ]; in map (n: import (builtins.findFile p n)) [ "a.nix" "two/a.nix" "two" ]
