# Derivations that depend on each other: their paths, and the contexts of strings.
let
  make = i: derivation {
    name = "package-${toString i}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo ${toString i} > $out" ];
    inputs = if i == 0 then [ ] else [ (builtins.elemAt packages (i - 1)) (builtins.elemAt packages (i / 2)) ];
    outputs = [ "out" "dev" ];
    text = builtins.concatStringsSep " " (builtins.genList (j: "VARIABLE${toString j}=some value of some length") 20);
  };
  packages = builtins.genList make 5000;
in
(builtins.elemAt packages 4999).drvPath
