# features: flakes
builtins.parseFlakeRef "hg+https://h/x?rev=1&ref=2&q=3"
