# flags: --eval
(x: [ x ]) (1 + 1)
