# Versions and names of packages.
let
  version = i: "${toString (i / 100)}.${toString i}.3-pre${toString i}";
  versions = builtins.genList version 20000;
  sorted = builtins.sort (a: b: builtins.compareVersions a b < 0) versions;
  names = map (v: (builtins.parseDrvName "package-${v}").name) versions;
in
[ (builtins.elemAt sorted 100) (builtins.length names) (builtins.length (builtins.concatMap builtins.splitVersion versions)) ]
