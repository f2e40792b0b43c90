[ (builtins.substring 1 (-1) "abcd") (builtins.substring 0 (-5) "ab") (builtins.substring 9 (-1) "ab") ]
