# 2.3 evaluates the file once, as import does
let scoped = builtins.scopedImport { }; in [ (scoped ./traced.nix) (scoped ./traced.nix) ]
