# instantiate:
1
