builtins.fetchMercurial { url = "/nowhere"; rev = 1; }
