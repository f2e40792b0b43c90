builtins.readDir ./t
