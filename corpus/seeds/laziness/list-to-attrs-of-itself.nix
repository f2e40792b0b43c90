# 2.3 makes the set before it evaluates the names.
let a = builtins.listToAttrs [ { name = toString (builtins.attrNames a); value = 1; } ]; in a
