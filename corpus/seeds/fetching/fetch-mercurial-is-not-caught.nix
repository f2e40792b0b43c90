# flags: --strict
builtins.tryEval (builtins.fetchMercurial "/nowhere")
