builtins.attrNames (builtins.readDir (toString ./dir + "/"))
