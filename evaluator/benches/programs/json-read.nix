# JSON to values.
let
  text = builtins.toJSON (builtins.genList (i: {
    id = i;
    name = "item ${toString i}";
    tags = [ "a" "b\n\"quoted\"" "ü" ];
    nested = { x = 1.5; y = null; z = true; };
  }) 10000);
  again = i: builtins.length (builtins.fromJSON (text + builtins.substring 0 i "     "));
in
builtins.foldl' (sum: i: sum + again i) 0 [ 0 1 2 3 4 ]
