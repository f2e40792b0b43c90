let k = "d"; in { a = { c = 2; }; a = { ${k} = 1; }; }
