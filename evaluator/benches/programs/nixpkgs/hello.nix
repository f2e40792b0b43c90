# The derivation of a small package: what of a package set is read before anything is done.
(import <nixpkgs> { system = "x86_64-linux"; config = { }; overlays = [ ]; }).hello.drvPath
