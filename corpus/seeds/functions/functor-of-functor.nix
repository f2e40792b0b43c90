{ __functor = { __functor = _: self: x: x * 2; }; } 4
