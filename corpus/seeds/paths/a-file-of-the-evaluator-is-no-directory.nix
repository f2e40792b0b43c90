if builtins.langVersion < 6 then null else builtins.readDir <nix/fetchurl.nix>
