with { a = 0; }; [
  (builtins.trace { inherit a; b = a; } 1)
  (builtins.seq a (builtins.trace { inherit a; b = a; } 2))
  (builtins.seq a (builtins.trace [ a ] (({ q ? a }: builtins.trace [ q ] 3) { })))
]
