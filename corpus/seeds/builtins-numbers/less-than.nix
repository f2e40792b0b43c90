[ (builtins.lessThan 1 2) (builtins.lessThan "b" "a") (builtins.lessThan 1 1.5) (builtins.lessThan 2 1.5) ]
