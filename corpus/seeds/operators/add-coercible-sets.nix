[ ({ outPath = "a"; } + "b") ({ __toString = _: "c"; } + { outPath = "d"; }) ]
