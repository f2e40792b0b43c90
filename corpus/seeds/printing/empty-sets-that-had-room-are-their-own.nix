# Since 2.20 the second empty set is repeated, but for sets that had room for attributes and got none.
let
  cut = builtins.intersectAttrs { a = 1; } { b = 1; };
  removed = removeAttrs { a = 1; } [ "a" ];
  unnamed = { ${null} = 1; };
  all = [
    cut cut removed removed unnamed unnamed
    (builtins.intersectAttrs { } { b = 1; }) (removeAttrs { } [ "a" ]) { } (removeAttrs removed [ ])
    (cut // removed) (unnamed // { }) (builtins.mapAttrs (n: v: v) cut)
  ];
in
builtins.deepSeq all (builtins.trace all (builtins.length all))
