# Nix issue 7012 and its kin: scopes of merged recursive sets
{ a = rec { inherit (b) x; b = { x = 1; }; }; a.c = 2; }
