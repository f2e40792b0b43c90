(import ./a.nix).value
