# Every file of a package set that is a function: parsed and compiled, not called.
let
  walk = directory:
    let entries = builtins.readDir directory; in
    builtins.concatMap (name:
      let path = directory + "/${name}"; in
      if entries.${name} == "directory" then walk path
      else if builtins.match ".*\\.nix" name != null then [ path ] else [ ])
      (builtins.attrNames entries);
  # Those that fail, fetch or evaluate something large when they are read.
  skipped = [ "/test/mkOption/merge.nix" "/test/mkOption/keep.nix" "/os-specific/windows/pthread-w32/default.nix" "/development/interpreters/python/cpython/docs/template.nix" ];
  files = builtins.filter (path: !(builtins.any (skip: path == <nixpkgs/pkgs> + skip) skipped)) (walk <nixpkgs/pkgs>);
in
builtins.length (builtins.filter (path: builtins.isFunction (import path)) files)
