builtins.path { path = ./t/a; sha256 = "abc"; }
