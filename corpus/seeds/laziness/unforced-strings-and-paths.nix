# flags: --eval
[ "a" "a${"b"}" /a (toString 1) ]
