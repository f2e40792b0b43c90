if builtins.langVersion < 6 then null else builtins.readFile (dirOf <nix/fetchurl.nix>)
