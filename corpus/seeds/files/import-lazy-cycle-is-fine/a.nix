{ b = import ./b.nix; }
