builtins.path { sha256 = throw "sha256"; name = throw "name"; path = throw "path"; filter = throw "filter"; recursive = throw "recursive"; }
