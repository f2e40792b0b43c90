dirOf (dirOf <nix/fetchurl.nix>)
