let p = [ { path = ./one; } { path = ./two; } ]; in [ (import (builtins.findFile p "x.nix")) (import (builtins.findFile p "y.nix")) ]
