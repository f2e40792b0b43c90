# instantiate: --option experimental-features flakes
builtins.getFlake (toString ./.)
