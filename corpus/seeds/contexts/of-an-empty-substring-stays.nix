# Nix keeps the context even when no character is left
builtins.hasContext (builtins.substring 0 0 (builtins.toFile "a" "1"))
