builtins.fromJSON ''{"__overrides": {"a": 1}, "__functor": 2}''
