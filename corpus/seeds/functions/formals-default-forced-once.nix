({ a ? builtins.trace "default" 1 }: a + a) { }
