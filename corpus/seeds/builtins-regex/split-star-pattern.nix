builtins.split "x*" "axxb"
