# an error from 2.25 on
builtins.fromJSON "9223372036854775808"
