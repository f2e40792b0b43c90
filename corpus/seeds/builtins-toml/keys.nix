builtins.fromTOML ''
  a-b = 1
  "c d" = 2
  'e' = 3
  f.g.h = 4
  1 = 5
''
