(derivationStrict { name = "x"; system = "s"; builder = "/b"; outputs = [ [ "a" ] [ "b" [ "c" ] ] ]; })
