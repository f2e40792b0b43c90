builtins.substring 0 { inherit derivation; } ""
