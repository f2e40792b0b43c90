"one a"
