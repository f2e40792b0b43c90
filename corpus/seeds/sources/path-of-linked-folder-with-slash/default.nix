builtins.path { path = toString ./k + "/."; }
