map builtins.pathExists [ ./text.txt ./dir ./dir/inner.txt ./nope ./text.txt/below ]
