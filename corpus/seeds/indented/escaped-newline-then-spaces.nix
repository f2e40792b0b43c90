# after ''\n the following spaces are stripped as at a line start from 2.7 on
''
  a''\n  b
  c
''
