# features: flakes
map builtins.parseFlakeRef [ "git+file:/a/b" "git+file:///a/b?shallow=1" "git+file:a/b" ]
