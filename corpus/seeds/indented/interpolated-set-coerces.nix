''${{ __toString = _: "t"; }}''
