let a = throw "unused"; in 1
