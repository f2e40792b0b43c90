# features: flakes
map builtins.parseFlakeRef [ "https://h/x" "https://h/x.tar.gz" "tarball+https://h/x" "file+https://h/x" "file:///x" ]
