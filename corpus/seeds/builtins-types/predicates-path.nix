map builtins.isPath [ /a "/a" ./. ]
