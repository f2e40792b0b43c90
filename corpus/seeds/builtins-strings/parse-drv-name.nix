map builtins.parseDrvName [ "nix-2.3" "nix" "a-b-1.2-c" "a-b" "-1" "a-" "nix-0.12pre12876" "" "a--1" ]
