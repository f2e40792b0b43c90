import "${toString ./.}/nope/../imp.nix"
