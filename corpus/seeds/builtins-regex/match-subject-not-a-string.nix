builtins.match "a" { }
