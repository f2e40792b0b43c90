{ list = [ 1 (throw "second") ]; }
