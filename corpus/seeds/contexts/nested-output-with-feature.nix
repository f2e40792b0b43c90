# features: dynamic-derivations
let
  text = builtins.appendContext "t" { "/nix/store/0000000000000000000000000000000a-x.drv".outputs = [ "a!b" ]; };
in
[ "a${text}" (builtins.hasContext text) (builtins.toJSON text) ]
