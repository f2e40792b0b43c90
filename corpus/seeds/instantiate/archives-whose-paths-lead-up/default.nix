# instantiate: --option experimental-features flakes --option extra-experimental-features fetch-tree
derivation { name = "x"; system = "y"; builder = "z"; a = builtins.toJSON (fetchTree { type = "tarball"; url = "file://${toString ./updir.tar}"; }); }
