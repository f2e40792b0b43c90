builtins.tryEval (let __findFile = p: n: n; in <a/>)
