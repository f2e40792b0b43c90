import "${toString ./.}/imp.nix/"
