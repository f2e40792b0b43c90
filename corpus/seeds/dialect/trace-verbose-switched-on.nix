# flags: --strict --option trace-verbose true
builtins.traceVerbose "loud" 1
