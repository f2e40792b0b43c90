[ (builtins.match "ab" "abc") (builtins.match "abc" "abc") (builtins.match "" "") (builtins.match "" "a") ]
