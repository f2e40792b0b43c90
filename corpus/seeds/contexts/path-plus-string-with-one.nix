/a + builtins.toFile "a" "1"
