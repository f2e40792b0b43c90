# Deep comparison of lists and sets.
let
  tree = depth: if depth == 0 then { leaf = "text"; number = 1; } else { left = tree (depth - 1); right = tree (depth - 1); list = [ depth "x" null ]; };
  a = tree 15;
  b = tree 15;
  lists = builtins.genList (x: [ x (toString x) ]) 30000;
in
[ (a == b) (lists == builtins.genList (x: [ x (toString x) ]) 30000) (builtins.elem { a = 29999; } (builtins.genList (a: { inherit a; }) 30000)) ]
