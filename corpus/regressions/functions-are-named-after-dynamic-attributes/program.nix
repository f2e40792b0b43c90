builtins.trace { "${"_"}" = _: 0; }._ 0
