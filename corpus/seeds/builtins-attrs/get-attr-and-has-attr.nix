[ (builtins.getAttr "a" { a = 1; }) (builtins.hasAttr "a" { a = throw "lazy"; }) (builtins.hasAttr "b" { }) ]
