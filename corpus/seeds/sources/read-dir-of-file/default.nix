builtins.readDir ./t/a
