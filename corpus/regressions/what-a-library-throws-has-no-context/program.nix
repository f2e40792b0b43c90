builtins.addErrorContext 0 (builtins.substring 9007199254740993 1 "é")
