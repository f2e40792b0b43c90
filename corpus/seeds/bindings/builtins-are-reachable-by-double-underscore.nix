[ (__length [ 1 ]) (__typeOf __add) (__sub 3 1) ]
