builtins.fromTOML "[a.b]\nx = 1\n[a]\ny = 2"
