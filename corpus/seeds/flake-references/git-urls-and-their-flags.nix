# features: flakes
builtins.parseFlakeRef "git+https://u:p@h:99/x?ref=b&shallow=1&submodules=0&allRefs=1&foo=bar&dir=q"
