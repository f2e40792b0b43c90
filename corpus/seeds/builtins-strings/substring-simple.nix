[ (builtins.substring 1 2 "abcd") (builtins.substring 0 10 "ab") (builtins.substring 5 1 "ab") (builtins.substring 2 5 "ab") ]
