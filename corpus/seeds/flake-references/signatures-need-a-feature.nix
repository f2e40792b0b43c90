# features: flakes
builtins.parseFlakeRef "git+https://h/x?verifyCommit=1"
