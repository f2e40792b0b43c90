builtins.filterSource builtins.elem ./t
