[ (builtins.match "[[:alpha:]]+" "abC") (builtins.match "[[:digit:][:space:]]+" "1 2") (builtins.match "[^[:upper:]]+" "abc") (builtins.match "[[:alnum:]_-]*" "a_1-") ]
