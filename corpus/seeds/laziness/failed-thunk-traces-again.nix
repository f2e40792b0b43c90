# whether the trace is repeated on the second force depends on the release
let x = builtins.trace "forced" (throw "again"); in [ (builtins.tryEval x).success (builtins.tryEval x).success ]
