# features: flakes
map builtins.parseFlakeRef [ "/a/b" "/a/b/" "/a/./b/../c" "/a b" "/a?dir=q" "/" ]
