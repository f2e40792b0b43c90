[ ("${./t}" == "${./t/../t}") (builtins.length (builtins.attrNames (builtins.getContext "${./t}${./t}"))) ]
