[ (builtins.concatStringsSep ", " [ "a" "b" "c" ]) (builtins.concatStringsSep "," [ ]) (builtins.concatStringsSep "," [ "" ]) (builtins.concatStringsSep "" [ "a" "b" ]) ]
