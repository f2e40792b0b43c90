# Functions over nested data, forced as a whole.
let
  mapTree = f: node: if builtins.isAttrs node then builtins.mapAttrs (name: mapTree f) node else if builtins.isList node then map (mapTree f) node else f node;
  tree = depth: if depth == 0 then [ 1 2 3 ] else { a = tree (depth - 1); b = tree (depth - 1); c = depth; };
  count = node: if builtins.isAttrs node then builtins.foldl' (s: n: s + count node.${n}) 0 (builtins.attrNames node) else if builtins.isList node then builtins.length node else 1;
  result = mapTree (x: x + 1) (tree 16);
in
builtins.deepSeq result (count result)
