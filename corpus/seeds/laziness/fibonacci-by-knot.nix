let fib = builtins.genList (n: if n < 2 then n else builtins.elemAt fib (n - 1) + builtins.elemAt fib (n - 2)) 50; in builtins.elemAt fib 49
