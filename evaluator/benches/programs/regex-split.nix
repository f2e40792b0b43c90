# Regular expressions that take texts apart.
let
  text = builtins.concatStringsSep "\n" (builtins.genList (i: "key${toString i} = value ${toString i} # comment") 15000);
  lines = builtins.filter builtins.isString (builtins.split "\n" text);
  words = builtins.concatMap (line: builtins.filter builtins.isString (builtins.split "[[:space:]]+" line)) lines;
in
[ (builtins.length lines) (builtins.length words) (builtins.length (builtins.filter (w: builtins.match ".*[0-9]+.*" w != null) words)) ]
