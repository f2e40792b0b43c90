# instantiate: --option experimental-features flakes
derivation { name = "x"; system = "y"; builder = "z"; a = builtins.toJSON (builtins.getFlake "path:${toString ./f}").x; }
