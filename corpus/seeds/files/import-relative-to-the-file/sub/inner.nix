import ./value.nix + 1
