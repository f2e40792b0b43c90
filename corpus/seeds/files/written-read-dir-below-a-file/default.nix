builtins.readDir "${toString ./.}/f/.."
