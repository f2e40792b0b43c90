builtins.readFile (./dir + "/../text.txt")
