map builtins.stringLength [ "" "abc" "é" "✓" "\n" ]
