builtins.typeOf ''x''
