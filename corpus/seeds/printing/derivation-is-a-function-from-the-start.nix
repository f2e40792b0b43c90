# flags: --eval
{ inherit derivation; list = [ derivation ]; selected = builtins.derivation; }
