builtins.concatStringsSep "-" [ { outPath = "a"; } { __toString = _: "b"; } ]
