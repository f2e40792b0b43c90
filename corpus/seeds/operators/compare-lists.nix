# lists can be compared from 2.5 on
[ ([ 1 2 ] < [ 1 3 ]) ([ ] < [ 0 ]) ([ 1 ] < [ 1 ]) ([ 2 ] > [ 1 9 ]) ]
