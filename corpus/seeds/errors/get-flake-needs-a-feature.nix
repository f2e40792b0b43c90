builtins.getFlake "flake:nowhere"
