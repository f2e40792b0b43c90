# equal elements are skipped by ==, whatever their type
[ true 1 ] < [ true 2 ]
