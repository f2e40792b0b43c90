# flags: --strict --restrict-eval 
[ (builtins.pathExists ./n.nix) (builtins.pathExists ./d/x) (builtins.pathExists ./nope) (builtins.pathExists /etc/passwd) (builtins.pathExists /.) (builtins.pathExists ./.) ]
