# refused from 2.6 on
builtins.fromTOML "é = 1"
