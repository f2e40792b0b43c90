# refused from 2.6 on
builtins.fromTOML "a = { b = 1, }"
