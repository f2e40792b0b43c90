builtins.trace [ [ ] ] 1
