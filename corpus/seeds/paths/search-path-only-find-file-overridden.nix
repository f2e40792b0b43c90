let __findFile = p: n: [ (builtins.isList p) n ]; in <x-y/z>
