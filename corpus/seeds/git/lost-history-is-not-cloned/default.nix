# instantiate: --restrict-eval -I . -I /nix/store --option allowed-uris git+file:
# Shallow: 2.3 and 2.8 clone nothing of it, the others if they are told that it is.
let
  tree = fetchGit { url = "file://${toString ./s.git}"; shallow = true; };
in
derivation { name = "x"; system = "s"; builder = builtins.toJSON (removeAttrs tree [ "outPath" ]); }
