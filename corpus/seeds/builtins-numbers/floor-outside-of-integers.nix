# an error from 2.29 on
builtins.floor 1.0e19
