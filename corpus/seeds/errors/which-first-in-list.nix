[ (throw "1") (abort "2") ]
