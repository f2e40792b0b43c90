# The derivation of a large package.
(import <nixpkgs> { system = "x86_64-linux"; config = { }; overlays = [ ]; }).firefox.drvPath
