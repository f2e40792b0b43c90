with { true = 1; map = 2; null = 3; }; [ true null (builtins.typeOf map) ]
