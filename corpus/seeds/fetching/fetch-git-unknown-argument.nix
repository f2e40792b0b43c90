builtins.fetchGit { url = "/nowhere"; foo = 1; }
