[ (builtins.hasContext "a") (builtins.getContext "a") ]
