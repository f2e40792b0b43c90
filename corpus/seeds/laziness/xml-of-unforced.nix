# flags: --xml
[ (1 + 1) 2 { a = throw "no"; } ]
