# flags: --strict --xml --no-location
{ type = "derivation"; drvPath = "/x.drv"; outPath = "/x"; a = 1; }
