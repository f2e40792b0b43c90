# (true -> false) -> false would be true, true -> (false -> false) is true as well; this one tells them apart
[ (false -> true -> false) ((false -> true) -> false) ]
