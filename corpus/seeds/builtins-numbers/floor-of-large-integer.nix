# integers that lose precision as floats are an error from 2.29 on
builtins.floor 9007199254740993
