# flags: --eval
[ [ ] ]
