map (p: builtins.compareVersions (builtins.head p) (builtins.elemAt p 1)) [ [ "99999999999999999999" "1" ] [ "4294967296" "1" ] [ "2147483648" "2147483647" ] ]
