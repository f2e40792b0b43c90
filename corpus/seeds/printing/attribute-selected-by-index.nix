# flags: --strict -A 1.x
[ 1 { x = 2; } ]
