let k = "x y"; in { }.${k}
