toString { __toString = _: 1; }
