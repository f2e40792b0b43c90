builtins.genericClosure { startSet = throw "startSet"; operator = throw "operator"; }
