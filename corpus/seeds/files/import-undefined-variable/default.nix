# an imported file does not see the variables of its importer
let x = 1; in import ./uses-x.nix
