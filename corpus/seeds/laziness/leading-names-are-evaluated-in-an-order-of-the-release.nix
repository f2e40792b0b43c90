# Where all attributes are evaluated, 2.8 begins with `meta`, the others with `outPath`.
let
  all = { outPath = throw "outPath"; meta = throw "meta"; };
  names = builtins.mapAttrs (name: value: builtins.trace name value) { outPath = 1; meta = 3; };
in
[ (names == names) (builtins.deepSeq names 1) (builtins.deepSeq all 1) ]
