import ./link.nix
