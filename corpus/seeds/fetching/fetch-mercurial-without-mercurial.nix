# flags: --strict
builtins.fetchMercurial { url = "/nowhere"; rev = "0123456789012345678901234567890123456789"; name = "x"; }
