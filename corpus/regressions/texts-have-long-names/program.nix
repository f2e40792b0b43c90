# instantiate:
{ a = builtins.toFile (builtins.concatStringsSep "" (builtins.genList (_: "a") 210)) ""; }
