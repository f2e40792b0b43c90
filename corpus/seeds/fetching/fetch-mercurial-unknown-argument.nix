builtins.fetchMercurial { url = "/nowhere"; foo = 1; }
