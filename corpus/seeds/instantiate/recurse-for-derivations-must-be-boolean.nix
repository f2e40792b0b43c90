# instantiate:
{ a = { recurseForDerivations = 1; }; }
