builtins.concatStringsSep "-" [ [ "a" ] ]
