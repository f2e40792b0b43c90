# instantiate:
{ }
