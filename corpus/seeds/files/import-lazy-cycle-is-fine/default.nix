(import ./a.nix).b.a.b.n
