let k = "a"; in { ${k} = 1; a = 2; ${throw "key"} = 3; }
