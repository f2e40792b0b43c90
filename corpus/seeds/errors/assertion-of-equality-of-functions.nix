assert (x: x) == (x: x); "equal"
