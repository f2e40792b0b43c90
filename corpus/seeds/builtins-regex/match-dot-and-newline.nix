[ (builtins.match "a.b" "a\nb") (builtins.match ".*" "a\nb") ]
