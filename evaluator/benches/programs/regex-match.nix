# Regular expressions that match whole strings.
let
  lines = builtins.genList (i: "package-${toString i}-1.${toString i}.tar.gz") 60000;
  parse = line: builtins.match "([a-z]+)-([0-9]+)-([0-9.]+)\\.(tar\\.(gz|xz)|zip)" line;
in
builtins.foldl' (sum: line: sum + builtins.stringLength (builtins.elemAt (parse line) 1)) 0 lines
