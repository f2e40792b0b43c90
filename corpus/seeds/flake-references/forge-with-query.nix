# features: flakes
map builtins.parseFlakeRef [ "github:o/r?ref=x" "gitlab:o/r?rev=0123456789012345678901234567890123456789" "sourcehut:~u/r/b?host=h&dir=a/b" "github:o/r?foo=bar" "github:o//r" ]
