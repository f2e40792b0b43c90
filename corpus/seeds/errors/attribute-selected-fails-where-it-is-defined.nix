let s = {
  a = { inherit (throw "source") b; };
}; in s.a.b
