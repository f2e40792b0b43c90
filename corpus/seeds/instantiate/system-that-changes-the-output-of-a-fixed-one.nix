# instantiate:
derivation { name="x"; system="a\",\"b\",[],[(\"out\",\"/nix/store/00000000000000000000000000000000-x\")])"; builder="b"; outputHash="0000000000000000000000000000000000000000000000000000000000000000"; outputHashAlgo="sha256"; }
