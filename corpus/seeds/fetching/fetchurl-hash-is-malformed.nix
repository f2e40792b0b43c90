builtins.fetchurl { url = "file:///nowhere/x"; sha256 = "abc"; }
