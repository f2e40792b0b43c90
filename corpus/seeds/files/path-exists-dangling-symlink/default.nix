map builtins.pathExists [ ./dir/dangling ./dir/target.txt ]
