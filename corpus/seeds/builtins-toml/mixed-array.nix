# allowed from 2.6 on
builtins.fromTOML "a = [ 1, \"x\", 2.5 ]"
