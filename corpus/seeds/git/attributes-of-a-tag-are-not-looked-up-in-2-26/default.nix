# instantiate: --restrict-eval -I . -I /nix/store --option allowed-uris git+file:
let
  tree = fetchGit { url = "file://${toString ./r.git}"; ref = "refs/tags/v2"; };
in
derivation { name = "x"; system = "s"; builder = builtins.toJSON [ tree.rev (builtins.readDir tree) ]; }
