# features: flakes
map builtins.parseFlakeRef [ "nixpkgs" "nixpkgs/release-20.03" "nixpkgs/0123456789012345678901234567890123456789" "nixpkgs/23.05/0123456789012345678901234567890123456789" "flake:nixpkgs" "a_b-c" ]
