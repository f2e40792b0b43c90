builtins.path { path = ./t/dangling; }
