builtins.concatStringsSep "-" [ 1 ]
