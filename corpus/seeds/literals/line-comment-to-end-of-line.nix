1 # + 1
+ 2 # done
