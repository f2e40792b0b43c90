# A tree of 400 generated files (2.2 MB) that are parsed and compiled, but hardly run; scripts/bench makes it.
let
  files = builtins.attrNames (builtins.readDir <tree>);
in
builtins.length (builtins.filter (name: builtins.isFunction (import (<tree> + "/${name}"))) files)
