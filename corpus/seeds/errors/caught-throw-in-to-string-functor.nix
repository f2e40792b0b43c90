builtins.tryEval "${{ __toString = _: throw "x"; }}"
