map (p: builtins.compareVersions (builtins.head p) (builtins.elemAt p 1)) [ [ "1" "a" ] [ "" "1" ] [ "" "" ] [ "10" "9" ] [ "01" "1" ] [ "1.0" "1" ] [ "1-2" "1.2" ] [ "pre" "" ] ]
