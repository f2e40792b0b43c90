builtins.appendContext "s" { "/a" = { path = true; }; }
