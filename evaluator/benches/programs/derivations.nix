# Derivations that depend on each other: their paths, and the contexts of strings.
let
  make = i: derivation {
    name = "package-${toString i}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo ${toString i} > $out" ];
    inputs = if i == 0 then [ ] else [ (builtins.elemAt packages (i / 2)) (builtins.elemAt packages (i / 3)) ];
    outputs = [ "out" "dev" ];
    text = builtins.concatStringsSep " " (builtins.genList (j: "VARIABLE${toString j}=some value of some length") 20);
  };
  packages = builtins.genList make 4000;
in
builtins.hashString "sha256" (builtins.concatStringsSep " " (map (package: package.drvPath) packages))
