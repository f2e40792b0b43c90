# Variables that are looked up in sets.
let
  lib = builtins.listToAttrs (builtins.genList (i: { name = "name${toString i}"; value = i; }) 300);
  more = { inc = x: x + 1; twice = x: x * 2; };
  step = with lib; with more; sum: n: sum + inc (twice name7) + name299 - name150;
in
builtins.foldl' step 0 (builtins.genList (x: x) 400000)
