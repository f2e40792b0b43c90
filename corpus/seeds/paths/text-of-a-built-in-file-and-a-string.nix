toString (<nix/fetchurl.nix> + "/more")
