# features: flakes
builtins.fetchTree "hg+file:///nowhere?ref=x"
