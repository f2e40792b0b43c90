import ./f.nix { x = 20; } + import ./f.nix { x = 21; }
