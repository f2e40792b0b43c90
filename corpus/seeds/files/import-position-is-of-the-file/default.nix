let p = import ./pos.nix; in [ (baseNameOf p.file) p.line p.column ]
