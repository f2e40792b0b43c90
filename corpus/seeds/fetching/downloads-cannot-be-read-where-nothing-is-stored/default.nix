builtins.readFile (builtins.fetchurl "file://${toString ./a}")
