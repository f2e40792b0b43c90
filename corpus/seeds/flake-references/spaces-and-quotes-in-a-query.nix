# features: flakes
map builtins.parseFlakeRef [ "https://h/x?a=b c" "https://h/x?a=\"b\"" ]
