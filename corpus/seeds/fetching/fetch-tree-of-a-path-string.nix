# features: flakes
builtins.fetchTree "/nowhere"
