# refused from 2.23 on
derivationStrict { name = "n"; system = "s"; builder = "b"; outputs = [ "drvPath" ]; }
