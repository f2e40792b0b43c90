# features: flakes
map builtins.parseFlakeRef [ "path:./x" "path:x/../y" "path:." ]
