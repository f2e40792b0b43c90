{ a = throw "way"; } ? a.b
