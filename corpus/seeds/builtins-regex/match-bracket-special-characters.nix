[ (builtins.match "[]a]+" "]a") (builtins.match "[^]]" "a") (builtins.match "[a\\]" "\\") (builtins.match "[.*]" ".") (builtins.match "[a-]" "-") ]
