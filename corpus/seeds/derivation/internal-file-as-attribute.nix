(builtins.tryEval (derivation { a = <nix/fetchurl.nix>; name = "a"; }).drvPath).success
