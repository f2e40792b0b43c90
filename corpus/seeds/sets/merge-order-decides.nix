# Nix issue 7111: which set comes first decides whether the result is recursive
let c = 9; in [ { a = rec { b = c; }; a = { c = 1; }; } { a = { c = 1; }; a = rec { b = c; }; } ]
