(builtins.tryEval (x: throw "body")).success
