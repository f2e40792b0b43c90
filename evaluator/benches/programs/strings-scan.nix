# A string looked at character by character, as `lib.stringToCharacters` does it.
let
  text = builtins.concatStringsSep "" (builtins.genList (i: "some text, ") 20000);
  characters = builtins.genList (i: builtins.substring i 1 text) (builtins.stringLength text);
  upper = map (c: if c == "s" then "S" else if c == "t" then "T" else c) characters;
in
builtins.hashString "md5" (builtins.concatStringsSep "" upper)
