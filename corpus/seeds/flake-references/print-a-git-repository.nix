# features: flakes
builtins.flakeRefToString { type = "git"; url = "https://h/x?a=b"; ref = "r"; shallow = true; submodules = true; exportIgnore = true; allRefs = true; }
