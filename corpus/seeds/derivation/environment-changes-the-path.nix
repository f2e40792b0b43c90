let d = x: (derivation { name = "n"; system = "s"; builder = "b"; inherit x; }).outPath; in [ (d 1 == d "1") (d true == d 1) (d false == d "") (d null == d "") (d [ 1 2 ] == d "1 2") ]
