({ a ? throw "default", b }: a) { }
