x + import ./inner.nix
