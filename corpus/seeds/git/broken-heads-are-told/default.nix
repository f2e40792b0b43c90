# instantiate: --restrict-eval -I . -I /nix/store --option allowed-uris git+file:
derivation { name = "x"; system = "s"; builder = "${fetchGit { url = "file://${toString ./r.git}"; }}"; }
