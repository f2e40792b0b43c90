builtins.path { path = ./t; name = "x.drv"; }
