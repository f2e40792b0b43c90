# instantiate: --restrict-eval -I . -I /nix/store --option allowed-uris git+file:
let
  tree = fetchGit { url = "file://${toString ./r.git}"; };
in
derivation { name = "x"; system = "s"; builder = builtins.toJSON (removeAttrs tree [ "outPath" ] // { files = builtins.readDir tree; }); }
