# Sets made of lists, taken apart, filtered and put together again.
let
  pairs = builtins.genList (i: { name = "attribute${toString i}"; value = i; }) 150000;
  set = builtins.listToAttrs pairs;
  names = builtins.attrNames set;
  half = removeAttrs set (builtins.genList (i: "attribute${toString (i * 2)}") 75000);
  both = builtins.intersectAttrs half set;
  mapped = builtins.mapAttrs (name: value: value + 1) both;
in
[ (builtins.length names) (builtins.foldl' (a: b: a + b) 0 (builtins.attrValues mapped)) ]
