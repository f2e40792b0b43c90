map (n: builtins.readFileType (./t + "/${n}")) [ "a" "b" "l" "dangling" "." ]
