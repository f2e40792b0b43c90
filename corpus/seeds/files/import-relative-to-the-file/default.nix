import ./sub/inner.nix
