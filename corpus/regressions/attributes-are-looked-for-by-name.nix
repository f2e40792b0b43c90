# Every way to ask whether an attribute is there, and what is evaluated for it.
let
  set = { a = 1; s.t = throw "never"; };
  try = value: (builtins.tryEval value).success;
  has = set: name: set ? ${name};
in
[
  (set ? a) (set ? b) (set ? "a") (set ? ${"b"}) (has set "a") (has set "b")
  (set ? s.t) (set ? s.u) (set ? s.${"t"}) (set ? a.b) (set ? b.c) (1 ? a) ([ ] ? a.b)
  (!(set ? a)) (if set ? b then 1 else 2) (set ? a && !(set ? b)) (set ? b || set ? a) (set ? a -> set ? b)
  (try (has set (throw "name"))) (try (has (throw "set") "a")) (try (has (throw "set") (throw "name")))
  (with { a = throw "shadowed"; }; with set; a) (with set; with { b = 3; }; [ a b ])
  (try (with { a = 1; }; with throw "set"; a))
]
