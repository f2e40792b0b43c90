import ./sub/../value.nix
