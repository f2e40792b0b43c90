# convertHash is new in 2.19
map (toHashFormat: builtins.convertHash { hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; hashAlgo = "sha256"; inherit toHashFormat; }) [ "base16" "base32" "nix32" "base64" "sri" ]
