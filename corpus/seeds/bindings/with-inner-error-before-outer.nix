with { a = 1; }; with throw "inner first"; a
