# flags: --eval
builtins.fromJSON ''{"a":[1,{"b":null}],"c":"s"}''
