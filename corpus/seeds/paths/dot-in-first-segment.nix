map builtins.typeOf [ a.b/c a-b/c 1/a _/b +/a ]
