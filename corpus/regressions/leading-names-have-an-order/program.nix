{ outPath = throw ""; meta = throw "a"; }
