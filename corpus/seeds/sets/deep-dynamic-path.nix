let a = "x"; b = "y"; in { ${a}.${b}.z = 1; }
