let t = builtins.trace; in builtins.seq (builtins.fromTOML "zz.yy = 1") (builtins.deepSeq (builtins.listToAttrs (map (name: { inherit name; value = t name 1; }) [ "yy" "zz" ])) 1)
