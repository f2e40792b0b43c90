# instantiate:
# 2.8 and 2.26 look at the environment of an output that inputs address, 2.34 at its path only.
let file = builtins.toFile "x.drv" "Derive([(\"out\",\"/nix/store/36l6rp1anbk5pq540cmbhpk5lj28nkc4-x\",\"\",\"\")],[],[],\"s\",\"b\",[],[])"; in
derivation { name = "a"; system = "s"; builder = file; }
