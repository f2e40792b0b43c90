rec { inherit (builtins.trace "source" { a = 1; b = 2; }) a b; }
