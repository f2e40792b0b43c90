# "a//b" gives "a/" in 2.33 and later again
map dirOf [ "a/b" "a" "/a" "/" "a/b/" "" "a//b" "//a" ]
