let k = "b"; in { a.b."c d" = 1; }.a.${k}."c d"
