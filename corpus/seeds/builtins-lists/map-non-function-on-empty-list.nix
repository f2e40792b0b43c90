# the function is looked at only when the list is not empty, from 2.13 on
map 1 [ ]
