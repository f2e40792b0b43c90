map builtins.splitVersion [ "1.2.3" "1.2pre3" "" "a" "1--2" "1.2-rc1" "..1" "1a2b" ]
