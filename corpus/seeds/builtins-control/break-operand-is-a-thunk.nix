1 + break (1 + 1)
