# flags: --strict --xml --no-location
let d = { type = "derivation"; drvPath = "/x.drv"; outPath = "/x"; a = 1; }; in [ d d ]
