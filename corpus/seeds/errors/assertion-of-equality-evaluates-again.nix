# from 2.25 on the two sides are evaluated once more to say where they differ
assert builtins.trace "left" 1 == builtins.trace "right" 2; "equal"
