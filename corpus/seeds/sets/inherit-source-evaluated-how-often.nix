# the source of `inherit (e)` is one thunk for all names in newer releases
let s = builtins.trace "source" { a = 1; b = 2; }; in { inherit (builtins.trace "inline" s) a b; }
