let k = "d"; in { a = { ${k} = 1; }; a = { c = 2; }; }
