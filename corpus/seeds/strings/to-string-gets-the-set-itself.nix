"${{ __toString = s: s.name + "!"; name = "n"; }}"
