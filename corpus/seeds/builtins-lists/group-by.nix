# groupBy is new in 2.5
builtins.groupBy (x: if x > 2 then "big" else "small") [ 1 2 3 4 ]
