# features: flakes
builtins.fetchTree "foo:bar"
