# flags: --strict --raw
{ __toString = _: "t"; }
