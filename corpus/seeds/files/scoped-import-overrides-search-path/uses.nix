import <p/v.nix>
