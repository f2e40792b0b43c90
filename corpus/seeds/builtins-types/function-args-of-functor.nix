builtins.functionArgs { __functor = _: { a }: a; }
