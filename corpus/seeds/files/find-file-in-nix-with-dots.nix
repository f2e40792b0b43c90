map (name: builtins.findFile [ ] name == builtins.findFile [ ] "nix/fetchurl.nix") [ "nix/fetchurl.nix" "nix/../fetchurl.nix" "nix/./fetchurl.nix" ]
