[ (builtins.readFileType ./dir/link.txt) (builtins.readFile ./dir/link.txt) ]
