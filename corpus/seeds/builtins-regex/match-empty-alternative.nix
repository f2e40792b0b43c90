[ (builtins.match "a|" "") (builtins.match "(|a)b" "ab") ]
