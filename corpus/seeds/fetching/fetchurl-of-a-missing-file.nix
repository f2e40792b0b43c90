builtins.fetchurl "file:///nowhere/at-all"
