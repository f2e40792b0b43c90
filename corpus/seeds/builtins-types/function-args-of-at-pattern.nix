builtins.functionArgs (all@{ x ? throw "lazy" }: x)
