import ./inner.nix + 1
