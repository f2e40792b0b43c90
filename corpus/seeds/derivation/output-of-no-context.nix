# features: dynamic-derivations ca-derivations
builtins.outputOf "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" "out"
