builtins.fromTOML "a = \"${builtins.toFile "a" "1"}\""
