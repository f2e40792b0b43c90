builtins.fromTOML ''
  a = "q\" n\n u\u00e9 U\U0001F600 t\t"
  b = 'lit\n'
''
