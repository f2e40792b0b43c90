# Where all attributes are evaluated, 2.8 begins with `meta`, the others with `outPath`.
let
  traced = builtins.mapAttrs (name: value: builtins.trace name value);
  all = { outPath = throw "outPath"; meta = throw "meta"; };
in
[ (traced { outPath = 1; meta = 3; } == traced { outPath = 1; meta = 3; }) (builtins.deepSeq all 1) ]
