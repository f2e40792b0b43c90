# instantiate:
derivation { name = "a"; builder = "b"; system = "a\\b"; outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; }
