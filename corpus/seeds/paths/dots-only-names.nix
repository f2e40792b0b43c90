builtins.typeOf .../a
