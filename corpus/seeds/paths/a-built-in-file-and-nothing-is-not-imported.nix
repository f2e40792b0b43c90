import (<nix/fetchurl.nix> + "")
