import ./b.nix
