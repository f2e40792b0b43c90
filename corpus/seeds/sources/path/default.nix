let p = builtins.path { path = ./t; }; in [ p (builtins.attrValues (builtins.getContext p)) ]
