# The first element is a call of `head`, whose result is that call.
let
  list = map builtins.head [ list ];
in
list
