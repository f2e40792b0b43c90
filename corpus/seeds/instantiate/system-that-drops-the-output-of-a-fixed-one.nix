# instantiate:
derivation { name="x"; system="a\",\"b\",[],[])"; builder="b"; outputHash="0000000000000000000000000000000000000000000000000000000000000000"; outputHashAlgo="sha256"; }
