# without restrictions a slash at the end asks for a folder
map (s: builtins.pathExists (toString ./path-exists-of-file-with-slash.nix + s)) [ "" "/" "/." "//" ]
