map (path: builtins.match ".*value=\"(&lt;[^\"]*)\".*" (builtins.replaceStrings [ "\n" ] [ " " ] (builtins.toXML path))) [
  (dirOf <nix/fetchurl.nix>)
  <nix/fetchurl.nix>
  (dirOf (dirOf <nix/fetchurl.nix>))
]
