import ../w.nix
