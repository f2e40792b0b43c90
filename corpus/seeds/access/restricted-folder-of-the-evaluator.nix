# flags: --strict --restrict-eval -I .
if builtins.langVersion < 6 then null else builtins.readDir (dirOf <nix/fetchurl.nix>)
