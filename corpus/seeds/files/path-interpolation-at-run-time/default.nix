let name = "text"; in builtins.readFile (./. + "/${name}.txt")
