builtins.fromTOML ''
  s = "a"
  i = 1
  f = 1.5
  b = true
  l = [ 1, 2 ]
  [t]
  x = 1
  [t.u]
  y = 2
''
