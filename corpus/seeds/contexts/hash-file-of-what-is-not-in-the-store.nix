builtins.hashFile "sha256" (builtins.appendContext "/nix/store/00000000000000000000000000000000-a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; })
