# saturates from 2.6 on, or is an error
builtins.fromTOML "a = 9223372036854775808"
