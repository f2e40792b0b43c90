builtins ? valueSize
