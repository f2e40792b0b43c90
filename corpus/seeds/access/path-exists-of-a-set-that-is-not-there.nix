# flags: --strict --restrict-eval -I .
builtins.pathExists { __toString = self: builtins.readFile ./nothing; }
