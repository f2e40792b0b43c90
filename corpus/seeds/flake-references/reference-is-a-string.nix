# features: flakes
builtins.parseFlakeRef ./.
