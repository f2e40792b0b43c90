import (builtins.toFile "a.nix" "1 + 1")
