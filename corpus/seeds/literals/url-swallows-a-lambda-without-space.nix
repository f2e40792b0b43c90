# `x:x` is a URL literal, a string
[ (x:x) (builtins.typeOf (x:x)) ]
