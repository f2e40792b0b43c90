let x = "b"; in baseNameOf ./a${x}c
