# a missing file is no throw, wherever it is copied
builtins.tryEval (throw ./missing)
