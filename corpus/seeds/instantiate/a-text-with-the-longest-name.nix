# instantiate:
derivation {
  name = "a";
  system = "s";
  builder = builtins.toFile (builtins.concatStringsSep "" (builtins.genList (_: "a") 211)) "";
}
