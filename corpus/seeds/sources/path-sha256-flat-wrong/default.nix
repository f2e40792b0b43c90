builtins.path { path = ./t/a; recursive = false; sha256 = builtins.hashString "sha256" "z"; }
