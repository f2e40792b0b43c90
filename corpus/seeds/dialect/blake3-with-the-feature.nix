# features: blake3-hashes
builtins.hashString "blake3" "abc"
