let
  find = path: prefix: wanted: (builtins.tryEval (baseNameOf (builtins.findFile [ { inherit path prefix; } ] wanted))).value;
in
[
  (find ./dangling "a" "a")
  (find ./. "" "dangling")
  (find ./link.nix "a" "a")
  (find ./. "" "link.nix")
  (find ./folder-link "a" "a/file.nix")
  (find ./. "" "target.nix/../folder")
]
