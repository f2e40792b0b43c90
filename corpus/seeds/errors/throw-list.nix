throw [ "a" "b" ]
