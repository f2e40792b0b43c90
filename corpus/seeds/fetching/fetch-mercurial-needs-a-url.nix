builtins.fetchMercurial { name = "x"; }
