# 2.3 makes the set before it evaluates the argument, which can see it, empty.
let a = builtins.tryEval (builtins.attrNames a); in a
