builtins.readFile (<nix/fetchurl.nix> + "/more")
