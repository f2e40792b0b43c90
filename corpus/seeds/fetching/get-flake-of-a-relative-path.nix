# features: flakes
builtins.getFlake "./x"
