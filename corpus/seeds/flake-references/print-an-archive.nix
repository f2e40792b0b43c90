# features: flakes
builtins.flakeRefToString { type = "tarball"; url = "https://h/x"; narHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; dir = "q"; }
