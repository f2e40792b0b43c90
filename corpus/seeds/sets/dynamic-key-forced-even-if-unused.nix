{ a = 1; ${throw "key"} = 2; }.a
