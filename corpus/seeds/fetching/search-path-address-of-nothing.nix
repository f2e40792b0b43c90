# flags: --strict -I x=file:///nowhere/t.tar.gz
[ (map (entry: entry.path) (builtins.filter (entry: entry.prefix == "x") builtins.nixPath)) (builtins.tryEval <x>) ]
