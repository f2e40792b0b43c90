map (n: builtins.pathExists (./t + "/${n}")) [ "a" "b" "l" "dangling" "nope" "a/b" "b/c" "l/x" ]
