builtins.fetchurl { url = "file:///nowhere/x"; name = "a b"; }
