# flags: --pure-eval -I given=/tmp
map (entry: entry.prefix) builtins.nixPath ++ [ (builtins.baseNameOf <nix/fetchurl.nix>) ]
