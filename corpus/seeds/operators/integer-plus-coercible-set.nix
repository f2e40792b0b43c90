1 + { outPath = "b"; }
