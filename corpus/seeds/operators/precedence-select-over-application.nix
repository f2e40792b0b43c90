let s = { f = x: x; }; in s.f s.x or 3
