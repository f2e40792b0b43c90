let a-b = 1; a' = 2; a'' = 3; _ = 4; a_1-x' = 5; in [ a-b a' a'' _ a_1-x' ]
