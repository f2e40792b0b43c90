import ./k.nix
