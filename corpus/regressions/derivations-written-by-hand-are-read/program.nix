# instantiate:
{ a = builtins.toFile ".drv" ""; }
