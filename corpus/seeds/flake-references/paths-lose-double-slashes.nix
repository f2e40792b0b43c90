# features: flakes
map builtins.parseFlakeRef [ "path:/a//b/" "//a//b" "path:" ]
