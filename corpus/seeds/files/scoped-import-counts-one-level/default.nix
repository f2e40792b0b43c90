# flags: --strict --option max-call-depth 20
let f = n: if n == 0 then 0 else builtins.scopedImport { n = n - 1; f = f; } ./x.nix; in f 10
