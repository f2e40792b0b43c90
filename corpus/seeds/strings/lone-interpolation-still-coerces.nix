builtins.typeOf "${{ __toString = _: "s"; }}"
