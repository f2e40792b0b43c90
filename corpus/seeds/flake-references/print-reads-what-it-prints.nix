# features: flakes
map (r: builtins.flakeRefToString (builtins.parseFlakeRef r)) [ "nixpkgs/x" "github:o/r/a/b" "git+ssh://git@h/x?ref=b" "path:/a%20b?dir=c" "tarball+https://h/x" "hg+https://h/x" ]
