# features: flakes
map (url: builtins.flakeRefToString { type = "git"; inherit url; }) [ "/a/b c" "git@h:a/b" "file:///a" ]
