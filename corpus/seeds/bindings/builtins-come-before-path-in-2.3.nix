# The order in which names are made known is that in which attributes are evaluated, until 2.20.
{ path = throw "path"; builtins = throw "builtins"; toFile = throw "toFile"; }
