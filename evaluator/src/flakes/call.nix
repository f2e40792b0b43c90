# Evaluates a flake all inputs of which are known.
#
# nodes: what the lock file has, by name, the flake itself as `root`. Each has
#   inputs   the names of the nodes that its inputs are
#   isFlake  whether it is a flake or any tree
#   dir      the directory in its tree, "" for the root of it
#   source   its tree, if it was fetched already; otherwise
#   parent   and path: the node whose tree it is in, and where; otherwise
#   locked   what to fetch
# fetch: fetches a tree.
# ways: which release's way it is to
#   shareTree  give what is in another node's tree that tree
#   shadow     have `outPath` name the directory of the flake, not of the tree
{ nodes, fetch, ways }:

let
  inherit (builtins) isFunction mapAttrs;

  inside = tree: dir: if dir == "" then tree else tree + "/" + dir;

  known = mapAttrs (
    _: node:
    let
      parent = known.${node.parent};
      isWithin = !(node ? source) && node ? parent;

      tree =
        if node ? source then
          node.source
        else if !isWithin then
          fetch node.locked
        else if ways.shareTree then
          parent.tree
        else
          parent.tree // { outPath = parent.place + ("/" + node.path); };

      place =
        if isWithin && ways.shareTree then
          inside parent.place node.path
        else
          inside tree.outPath node.dir;

      flake = import (place + "/flake.nix");
      inputs = mapAttrs (_: name: known.${name}.result) node.inputs;
      outputs = flake.outputs (inputs // { self = whole; });

      whole =
        outputs
        // tree
        // {
          inherit inputs outputs;
          sourceInfo = tree;
        }
        // (
          if ways.shadow then
            {
              outPath = place;
              _type = "flake";
            }
          else
            { }
        );
    in
    {
      inherit place tree;
      result =
        if node.isFlake then
          assert isFunction flake.outputs;
          whole
        else if ways.shareTree then
          tree
          // {
            outPath = place;
            sourceInfo = tree;
          }
        else
          tree;
    }
  ) nodes;
in
known.root.result
