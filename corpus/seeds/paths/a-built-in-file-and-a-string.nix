<nix/fetchurl.nix> + "a"
