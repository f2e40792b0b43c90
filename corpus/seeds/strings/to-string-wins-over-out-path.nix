"${{ __toString = _: "t"; outPath = "o"; }}"
