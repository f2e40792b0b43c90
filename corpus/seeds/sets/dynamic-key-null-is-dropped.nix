{ a = 1; ${null} = throw "not reached"; }
