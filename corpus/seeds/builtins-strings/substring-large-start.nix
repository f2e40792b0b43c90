# 64-bit arguments from 2.25 on
builtins.substring 4294967296 1 "abc"
