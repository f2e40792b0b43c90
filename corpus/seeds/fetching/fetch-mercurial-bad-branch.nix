# flags: --strict
builtins.fetchMercurial { url = "/nowhere"; rev = "a b"; }
