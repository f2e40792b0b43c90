# Interpolation, concatenation and conversion of many small strings.
let
  line = i: "name-${toString i}: ${builtins.substring 0 3 "abcdef"}/${toString (i * 7)}";
  lines = builtins.genList line 150000;
  text = builtins.concatStringsSep "\n" lines;
  replaced = builtins.replaceStrings [ "name-" "abc" "\n" ] [ "n" "x" ";" ] text;
in
[ (builtins.stringLength text) (builtins.stringLength replaced) (builtins.hashString "sha256" replaced) ]
