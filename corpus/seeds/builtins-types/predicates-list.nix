map builtins.isList [ [ ] { } "a" ]
