builtins.readFile "${./t/a}"
