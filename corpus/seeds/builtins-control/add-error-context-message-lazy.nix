builtins.addErrorContext (throw "message") 1
