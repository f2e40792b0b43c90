builtins.pathExists (<nix/fetchurl.nix> + "")
