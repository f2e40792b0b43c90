builtins.pathExists /.
