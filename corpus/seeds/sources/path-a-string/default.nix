builtins.path { path = toString ./t; }
