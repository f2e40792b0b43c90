rec { k = "x"; ${k} = 2; }
