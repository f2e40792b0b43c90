let
  find = path: (builtins.tryEval (baseNameOf (builtins.findFile [ { path = ./inner; prefix = "a"; } ] path))).value;
in
[
  (find "a/../other.nix")
  (find "a/../file.nix")
  (find "a/./file.nix")
]
