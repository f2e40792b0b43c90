# Values to JSON.
let
  item = i: {
    id = i;
    name = "item ${toString i}";
    tags = [ "a" "b\n\"quoted\"" "ü" ];
    nested = { x = i + 0.5; y = null; z = true; deep = { list = [ 1 2 3 ]; }; };
  };
in
builtins.stringLength (builtins.toJSON (builtins.genList item 60000))
