# 2.4 to 2.18 find it only to import it.
builtins.pathExists <nix/fetchurl.nix>
