import ./a/b/c
