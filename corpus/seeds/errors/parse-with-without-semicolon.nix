with { }  1
