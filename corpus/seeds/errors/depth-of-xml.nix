builtins.stringLength (builtins.toXML (builtins.foldl' (a: _: [ a ]) 1 (builtins.genList (i: i) 48)))
