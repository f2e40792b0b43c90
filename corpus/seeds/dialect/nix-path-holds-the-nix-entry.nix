builtins.any (e: e.prefix == "nix") builtins.nixPath
