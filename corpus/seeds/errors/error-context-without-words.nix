# a frame without words is not printed, but something is there
builtins.addErrorContext "" { }.a
