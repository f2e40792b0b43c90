let s = "${./text.txt}"; in [ s (builtins.getContext s) ]
