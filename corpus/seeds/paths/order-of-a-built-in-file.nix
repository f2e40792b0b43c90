<nix/fetchurl.nix> < <nix/fetchurl.nix> + "a"
