break (break (1 + 1))
