let f = n: { ${n} = x: 0; }; p = f "a"; q = f "b"; in builtins.trace p.a (builtins.trace q.b (builtins.trace p.a 0))
