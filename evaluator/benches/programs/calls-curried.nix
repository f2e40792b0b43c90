# Functions of several arguments, given all at once, one by one, and as arguments.
let
  compose = f: g: x: f (g x);
  flip = f: a: b: f b a;
  add3 = a: b: c: a + b + c;
  inc = add3 1 0;
  step = compose (flip (a: b: a - b) 1) (compose inc inc);
in
builtins.foldl' (sum: n: sum + step n + add3 n 1 2 + (if n > 5 && n != 7 || n == 3 then 1 else 0)) 0
  (builtins.genList (x: x) 100000)
