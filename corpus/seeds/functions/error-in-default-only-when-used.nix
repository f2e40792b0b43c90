({ a ? throw "default", b }: b) { b = 1; }
