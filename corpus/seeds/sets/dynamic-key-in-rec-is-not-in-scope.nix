let x = 1; k = "x"; in rec { ${k} = 2; y = x; }
