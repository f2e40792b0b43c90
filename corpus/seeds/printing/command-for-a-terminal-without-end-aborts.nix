abort "a]b"
