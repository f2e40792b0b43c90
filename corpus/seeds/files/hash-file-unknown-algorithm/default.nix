builtins.hashFile "nope" ./text.txt
