# new in 2.10, prints only with trace-verbose
builtins.traceVerbose "quiet" 1
