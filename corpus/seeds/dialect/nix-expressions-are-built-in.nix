# <nix/...> is a search path entry in 2.3, built in from 2.4 on
map (x: builtins.match ".*(corepkgs).*" (toString x) != null) [ <nix/fetchurl.nix> ]
