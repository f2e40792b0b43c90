builtins.traceVerbose (throw "message") 1
