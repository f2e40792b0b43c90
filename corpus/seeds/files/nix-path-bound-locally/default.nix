let __nixPath = [ { prefix = "x"; path = ./dir; } ]; in import <x/v.nix>
