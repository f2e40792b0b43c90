{ a = import ./a.nix; n = 3; }
