builtins.filterSource { __functor = s: p: t: true; } ./t
