# features: flakes
builtins.parseFlakeRef "github:o/r?narHash=sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
