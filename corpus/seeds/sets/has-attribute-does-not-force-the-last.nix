{ a.b = throw "no"; } ? a.b
