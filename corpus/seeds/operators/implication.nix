[ (false -> throw "no") (true -> false) (true -> true) ]
