[ (break (1 + 1)) ]
