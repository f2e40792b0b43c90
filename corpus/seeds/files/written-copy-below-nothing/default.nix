builtins.path { path = "${toString ./.}/nope/../f"; }
