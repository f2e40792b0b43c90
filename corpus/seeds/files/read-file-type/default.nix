# readFileType is new in 2.14
map builtins.readFileType [ ./text.txt ./dir ]
