map (s: builtins.pathExists (toString ./. + s)) [ "/text.txt" "/text.txt/" "/dir" "/dir/" "/dir/." "/text.txt/." ]
