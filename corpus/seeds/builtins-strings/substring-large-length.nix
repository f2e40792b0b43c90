builtins.substring 1 4294967298 "abcdef"
