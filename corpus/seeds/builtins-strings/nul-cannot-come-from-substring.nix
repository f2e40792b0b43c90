builtins.stringLength (builtins.substring 0 3 "a\0b")
