# What `__toString` gives is asked for its own `__toString`, as deep as the native stack is.
let
  deep = n: if n == 0 then "/nope" else { __toString = _: deep (n - 1); };
in
[
  (builtins.pathExists (deep 15000))
  (builtins.pathExists { __toString = x: x; })
]
