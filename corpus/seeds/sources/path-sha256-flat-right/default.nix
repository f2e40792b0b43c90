builtins.path { path = ./t/a; recursive = false; sha256 = builtins.hashFile "sha256" ./t/a; }
