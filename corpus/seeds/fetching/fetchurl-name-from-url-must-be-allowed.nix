builtins.fetchurl "file:///nowhere/a%20b"
