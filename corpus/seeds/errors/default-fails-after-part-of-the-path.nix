let s = { a = { }; }; in s.a.b or (throw "default")
